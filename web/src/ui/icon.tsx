/** Strokes of icons on a grid of 24 by 24. */
const PATHS = {
  sync: 'M20 11a8 8 0 0 0-14.9-3M4 4v4h4M4 13a8 8 0 0 0 14.9 3M20 20v-4h-4',
  offline:
    'M3 3l18 18M9.5 9.6a5 5 0 0 0-2 .9M5 7.7a9 9 0 0 0-2 1.6M13 7.1a9 9 0 0 1 8 2.2M14.5 12.6a5 5 0 0 1 2 1.4M12 18h.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  alert: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  clock: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5l3 2',
  place: 'M12 21s-7-6-7-11a7 7 0 0 1 14 0c0 5-7 11-7 11M12 12.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5',
  person: 'M12 11a4 4 0 1 0 0-8a4 4 0 0 0 0 8M5 21a7 7 0 0 1 14 0',
  mail: 'M4 6h16v12H4zM4 7l8 6l8-6',
  note: 'M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 8.5h7M8.5 12h4',
  camera: 'M4 8h3.500l1.500-3h6l1.500 3H20v11H4zM12 16.500a3.500 3.500 0 1 0 0-7a3.500 3.500 0 0 0 0 7',
  receipt: 'M6 3h12v18l-3-2l-3 2l-3-2l-3 2zM9 8h6M9 12h6',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4',
  history: 'M4 5v4h4M4.5 9a8 8 0 1 1-.4 4M12 8v4.5l3 1.5',
  left: 'M15 5l-7 7l7 7',
  right: 'M9 5l7 7l-7 7',
  down: 'M6 9l6 6l6-6',
  sun: 'M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M5 19l1.5-1.5M17.5 6.5L19 5',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.500 10.500',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.500 2.500 0 1 0 0-5a2.500 2.500 0 0 0 0 5M9 19.500a2.500 2.500 0 1 0 0-5a2.500 2.500 0 0 0 0 5',
  switch: 'M4 8h14l-3.500-3.500M20 16H6l3.500 3.500',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: what it means is always said in words, too. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flexShrink: 0 }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
