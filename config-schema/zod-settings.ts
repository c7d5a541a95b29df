import * as z from 'zod/mini';

// zod would otherwise compile every object schema with `new Function`: slower than interpreting it for a document that
// is read once, and it would need eval in a privileged process. Every schema file reaches this one through `leaves.ts`
// or `object.ts`, so it takes effect before the first schema is built.
z.config({ jitless: true });
