/** What has to be undone when something fails later: run in reverse order, unless the work was completed. */
export class Cleanup implements Disposable {
  private readonly tasks: (() => void)[] = [];

  /** Remembers how to undo what was just done. */
  defer(task: () => void): void {
    this.tasks.push(task);
  }

  /** Nothing is undone any more. */
  complete(): void {
    this.tasks.length = 0;
  }

  /** Every task runs, whatever the others do: one that fails must not leave the rest behind. */
  [Symbol.dispose](): void {
    for (const task of this.tasks.reverse()) {
      try {
        task();
      } catch {
        // The failure that started the clean-up is the one to report.
      }
    }
    this.tasks.length = 0;
  }
}
