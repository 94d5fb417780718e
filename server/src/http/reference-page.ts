import { ERROR_POLICY } from '@backhaul/shared';
import { escapeHtml as text, schemaText } from './reference-schema.ts';

/** What the page needs of an OpenAPI 3.1 document. */
export interface ReferenceDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components?: { readonly schemas?: { readonly [name: string]: unknown } };
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly 'x-who'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: { readonly [status: string]: { readonly description: string; readonly content?: Content } };
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: unknown;
}
type Content = { readonly [type: string]: { readonly schema?: unknown } };
type Entry = { readonly method: string; readonly path: string; readonly operation: Operation };

/** The whole API on one page without a script, so that it also reads well printed, offline and under a strict CSP. */
export function referencePage(document: ReferenceDocument): string {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({ method: method.toUpperCase(), path, operation })),
  );
  const groups = Map.groupBy(entries, ({ operation }) => operation.tags?.[0] ?? 'Other');
  const schemas = Object.entries(document.components?.schemas ?? {});
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(document.info.title)} API</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Contents">${[...groups].map(([tag, items]) => contents(tag, items)).join('')}
<h2><a href="#errors">Errors</a></h2><h2><a href="#messages">Messages</a></h2></nav>
<main>
<h1>${text(document.info.title)} API, version ${text(document.info.version)}</h1>
<p>${prose(document.info.description ?? '')} The same as a machine reads it: <a href="/openapi.json">openapi.json</a>.</p>
${[...groups].map(([tag, items]) => `<h2>${text(tag)}</h2>${items.map(section).join('')}`).join('')}
<h2 id="errors">Errors</h2>
<p>The code decides; the message is for people. <em>Retry</em> says what may help: never, later (the same request), signIn
(with a fresh token), resync (drop the local copy, never the outbox, and pull from the start).</p>
${errorTable()}
<h2 id="messages">Messages</h2>
${schemas.map(([name, schema]) => `<section id="schema-${text(name)}"><h3>${text(name)}</h3><pre>${schemaText(schema)}</pre></section>`).join('')}
</main>
</body>
</html>
`;
}

function contents(tag: string, items: readonly Entry[]): string {
  const links = items.map((entry) => `<li><a href="#${anchor(entry)}">${entry.method} ${text(entry.path)}</a></li>`);
  return `<h2>${text(tag)}</h2><ul>${links.join('')}</ul>`;
}

function section(entry: Entry): string {
  const { operation } = entry;
  const body = operation.requestBody && schemaOf(operation.requestBody.content);
  return `<section id="${anchor(entry)}">
<h3><span class="method">${entry.method}</span> ${text(entry.path)}</h3>
<p><strong>${text(operation.summary ?? '')}.</strong> ${prose(operation.description ?? '')} <span class="who">For: ${text(operation['x-who'] ?? 'anyone')}.</span></p>
${parameterTable(operation.parameters ?? [])}
${body === undefined ? '' : `<h4>Body</h4><pre>${schemaText(body)}</pre>`}
<h4>Answers</h4><table>${Object.entries(operation.responses).map(answer).join('')}</table>
</section>`;
}

function answer([status, { description, content }]: [string, Operation['responses'][string]]): string {
  const schema = content && schemaOf(content);
  const shown = schema === undefined || Number(status) >= 400 ? text(description) : `<pre>${schemaText(schema)}</pre>`;
  return `<tr><th scope="row">${text(status)}</th><td>${shown}</td></tr>`;
}

function parameterTable(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: place, required, schema, description }) =>
      `<tr><th scope="row"><code>${text(name)}</code></th><td>${text(place)}${required ? ', required' : ''}</td><td>${schemaText(schema)}</td><td>${prose(description ?? '')}</td></tr>`,
  );
  return `<h4>Parameters</h4><table>${rows.join('')}</table>`;
}

function errorTable(): string {
  const rows = Object.entries(ERROR_POLICY).map(
    ([code, { status, retry, meaning }]) =>
      `<tr><th scope="row"><code>${code}</code></th><td>${status}</td><td>${retry}</td><td>${text(meaning)}</td></tr>`,
  );
  return `<table><tr><th>Code</th><th>Status</th><th>Retry</th><th>Meaning</th></tr>${rows.join('')}</table>`;
}

function schemaOf(content: Content): unknown {
  return Object.values(content)[0]?.schema;
}

function anchor({ method, path }: Entry): string {
  return `${method}${path}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/** Code spans are the only markup in descriptions. */
function prose(value: string): string {
  return text(value).replace(/`([^`]+)`/g, '<code>$1</code>');
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; grid-template-columns: minmax(14rem, 20rem) minmax(0, 56rem); gap: 2rem; margin: 0 1.5rem; }
nav { position: sticky; top: 0; max-height: 100vh; overflow: auto; font-size: .85rem; }
nav h2 { font-size: 1rem; margin: 1rem 0 .25rem; } nav ul { list-style: none; padding: 0; margin: 0; }
section { border-top: 1px solid #8886; padding-bottom: 1rem; }
h3 { font-family: ui-monospace, monospace; overflow-wrap: anywhere; } h4 { margin: .75rem 0 .25rem; }
.method { color: light-dark(#0a5, #5d9); } .who { color: light-dark(#555, #aaa); }
pre { overflow-x: auto; background: #8881; padding: .5rem .75rem; margin: 0; font-size: .85rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
a { color: light-dark(#06c, #6bf); }
@media (max-width: 50rem) { body { grid-template-columns: minmax(0, 1fr); } nav { position: static; max-height: none; } }
`;
