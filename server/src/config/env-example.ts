import { OPTIONS, type Option } from './options.ts';

const WIDTH = 110;

/** The text of `.env.example`: every option with its explanation, commented out at its default. */
export function envExample(): string {
  const blocks = (Object.entries(OPTIONS) as [string, Option<unknown>][]).map(([name, option]) => {
    const notes = option.secret ? `${option.explanation} Secret.` : option.explanation;
    return [...wrap(notes).map((line) => `# ${line}`), `# ${name}=${option.defaultText}`].join('\n');
  });
  return `# Every option of the service, at its default. Generated from server/src/config/options.ts by\n# \`node server/src/config/write-env-example.ts\`; a test keeps the two equal.\n\n${blocks.join('\n\n')}\n`;
}

function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
