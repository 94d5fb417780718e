/** What a broken store takes, as one part: what several parts share a bundler splits off, and every start would load it. */
export { quarantine } from './quarantine.ts';
export { tendWard } from './tend-ward.ts';
