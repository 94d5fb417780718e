import { Card, type CSSVariablesResolver, createTheme, Menu } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'cyan',
  // Dark enough for white text on it.
  primaryShade: 9,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  headings: { fontWeight: '650' },
  components: {
    // Without, the first item has the focus at once, and a screen reader finds nothing but items in a menu.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Card: Card.extend({ defaultProps: { withBorder: true, radius: 'lg', padding: 'md' } }),
  },
});

/** The colors that moods and states have: `var(--tone-teal-text)` is readable on `var(--tone-teal-badge)` and `-bar`. */
const TONES = ['blue', 'cyan', 'gray', 'orange', 'red', 'teal'] as const;
export type Tone = (typeof TONES)[number];

/** A shade lighter by default, which white text is too faint on. */
const HOVER = { '--mantine-color-cyan-filled-hover': 'color-mix(in srgb, var(--mantine-color-cyan-9) 85%, black)' };

/**
 * Variables of both color schemes. (CSS has `light-dark()` for this, but the build rewrites it for older browsers, and the
 * page's scheme is not known to it.)
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...HOVER,
    ...tones((tone) => ({
      text: `color-mix(in srgb, var(--mantine-color-${tone}-9) 80%, black)`,
      badge: `var(--mantine-color-${tone}-1)`,
      bar: `var(--mantine-color-${tone}-0)`,
    })),
    '--page': 'var(--mantine-color-gray-0)',
    '--panel': 'var(--mantine-color-gray-0)',
    // The library's own is too faint to be read in the sun, and below the contrast that WCAG asks for.
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
  },
  dark: {
    ...HOVER,
    ...tones((tone) => ({
      text: `var(--mantine-color-${tone}-3)`,
      badge:
        tone === 'gray'
          ? 'var(--mantine-color-dark-5)'
          : `color-mix(in srgb, var(--mantine-color-${tone}-9) 35%, var(--mantine-color-dark-7))`,
      bar: `color-mix(in srgb, var(--mantine-color-${tone}-9) 28%, var(--mantine-color-dark-8))`,
    })),
    '--page': 'var(--mantine-color-dark-8)',
    '--panel': 'var(--mantine-color-dark-7)',
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
  },
});

function tones(shades: (tone: Tone) => { readonly [use: string]: string }): Record<string, string> {
  return Object.fromEntries(
    TONES.flatMap((tone) => Object.entries(shades(tone)).map(([use, color]) => [`--tone-${tone}-${use}`, color])),
  );
}
