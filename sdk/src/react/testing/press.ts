import { act, fireEvent, screen } from '@testing-library/react';

/** As a person presses it: with the focus on it. */
export function press(name: string): void {
  const button = screen.getByRole('button', { name });
  act(() => button.focus());
  fireEvent.click(button);
}

export const focusedLabel = (): string | null => document.activeElement?.getAttribute('aria-label') ?? null;
