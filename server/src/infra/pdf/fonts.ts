import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { create } from 'fontkit';

/** DejaVu Sans: Latin with every accent, Greek, Cyrillic, and the currency signs. */
export interface Fonts {
  readonly regular: Buffer;
  readonly bold: Buffer;
  /** The text with what the font can not draw replaced: a client's name must not keep an invoice from being printed. */
  readonly drawable: (text: string) => string;
}

let loaded: Promise<Fonts> | null = null;

/** Read once, when the first document is made. */
export function loadFonts(): Promise<Fonts> {
  loaded ??= readFonts();
  return loaded;
}

async function readFonts(): Promise<Fonts> {
  const [regular, bold] = await Promise.all([readFont('DejaVuSans.ttf'), readFont('DejaVuSans-Bold.ttf')]);
  const known = [regular, bold].map(characterSet);
  const isKnown = (character: string): boolean => known.every((set) => set.has(character.codePointAt(0) ?? 0));
  const drawable = (text: string): string =>
    Array.from(text.toWellFormed().normalize('NFC').replaceAll(/\r\n?/g, '\n'))
      .map((character) => {
        if (character === '\n') return character;
        if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(character)) return ' ';
        // Joiners and the like draw nothing by themselves.
        if (/[\p{Cf}\uFE00-\uFE0F]/u.test(character)) return '';
        return isKnown(character) ? character : '?';
      })
      .join('');
  return { regular, bold, drawable };
}

function readFont(name: string): Promise<Buffer> {
  return readFile(fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}`)));
}

function characterSet(font: Buffer): ReadonlySet<number> {
  const parsed = create(font);
  return new Set('characterSet' in parsed ? parsed.characterSet : []);
}
