import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from './markdown-pages.ts';

/** A name that an app can import, with what its source says of it. */
export interface ExportedName {
  readonly name: string;
  readonly kind: 'value' | 'type';
  /** The comment on its declaration, as one paragraph; empty: there is none. */
  readonly comment: string;
  /** Of a function its head, of a type alias all of it; empty for the rest. */
  readonly definition: string;
  readonly members: readonly Member[];
}

/** A member of an interface. */
export interface Member {
  /** As declared: `now(): Promise<SyncReport>`. */
  readonly signature: string;
  readonly comment: string;
}

/** Everything that a package's entry exports, read from the sources: TypeScript 7 has no API to ask. */
export async function exportedNames(entry: string): Promise<ExportedName[]> {
  const text = await readFile(join(ROOT, entry), 'utf8');
  const found: ExportedName[] = [];
  for (const [, typeOnly, names = '', from = ''] of text.matchAll(/^export (type )?\{([^}]*)\} from '([^']+)';/gm)) {
    const source = await readFile(join(ROOT, dirname(entry), from), 'utf8');
    for (const listed of names
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)) {
      const isType = typeOnly !== undefined || listed.startsWith('type ');
      const name = listed.replace(/^type /, '');
      found.push({ name, kind: isType ? 'type' : 'value', ...declarationOf(source, name) });
    }
  }
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function declarationOf(source: string, name: string): Pick<ExportedName, 'comment' | 'definition' | 'members'> {
  const declared = new RegExp(`^export (?:async )?(?:function|const|class|interface|type) ${name}\\b`, 'm').exec(
    source,
  );
  if (!declared) throw new Error(`No declaration of ${name}`);
  const before = source.slice(0, declared.index);
  const rest = source.slice(declared.index);
  const isInterface = declared[0].includes('interface');
  const body = isInterface ? rest.slice(rest.indexOf('{\n') + 2, rest.indexOf('\n}')) : '';
  return { comment: commentAtEnd(before), definition: definitionOf(rest), members: membersOf(body) };
}

function definitionOf(rest: string): string {
  const head = /^export (?:async )?function [\s\S]*?(?= \{\n)/.exec(rest)?.[0];
  return head ?? (rest.startsWith('export type') ? rest.slice(0, endOfStatement(rest)) : '');
}

function endOfStatement(text: string): number {
  let depth = 0;
  for (let place = 0; place < text.length; place += 1) {
    const character = text.charAt(place);
    if ('{[('.includes(character)) depth += 1;
    if ('}])'.includes(character)) depth -= 1;
    if (character === ';' && depth === 0) return place + 1;
  }
  return text.length;
}

const COMMENT = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/;

function commentAtEnd(text: string): string {
  return paragraph(COMMENT.exec(text)?.[1] ?? '');
}

function paragraph(comment: string): string {
  return comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Members stand two spaces in; what is nested in them stands further in. */
function membersOf(body: string): Member[] {
  const members: Member[] = [];
  for (const match of body.matchAll(/^ {2}(?=[a-z])((?:.|\n(?! {2}[/a-z]))*?);$/gm)) {
    const signature = (match[1] ?? '').replace(/^readonly /, '').replaceAll(/\s+/g, ' ');
    members.push({ signature, comment: commentAtEnd(body.slice(0, match.index)) });
  }
  return members;
}
