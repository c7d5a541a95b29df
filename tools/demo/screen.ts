/** How the demo looks: plain text, with colours only where a terminal shows them and nobody asked for none. */

const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
const paint = (code: number) => (text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = paint(1);
const faint = paint(2);
const green = paint(32);
const red = paint(31);

const INDENT = '     ';
const COMMAND_COLUMNS = 74;
let count = 0;

export function title(text: string): void {
  console.log(`\n${bold(text)}`);
}

export function line(text = ''): void {
  console.log(text);
}

/** A numbered step: the command line as one would type it. */
export function step(command: string): void {
  count += 1;
  console.log(`\n${faint(String(count).padStart(3))}  ${green('$')} ${bold(command)}`);
}

/** How long the command of the step took, and in one line what it did. */
export function explain(text: string, durationMs?: number): void {
  const time = durationMs === undefined ? '' : `  ${faint(`(${durationMs.toFixed(1)} ms)`)}`;
  console.log(`${INDENT}${text}${time}`);
}

/** What a command or the container said. */
export function quote(text: string): void {
  for (const quoted of text.trimEnd().split('\n')) console.log(`${INDENT}${faint('|')} ${shortened(quoted)}`);
}

export function good(text: string): void {
  console.log(`${INDENT}${green('ok')}  ${text}`);
}

export function bad(text: string): void {
  console.log(`${INDENT}${red('!!')}  ${text}`);
}

function shortened(text: string): string {
  return text.length <= COMMAND_COLUMNS * 2 ? text : `${text.slice(0, COMMAND_COLUMNS * 2)} ...`;
}
