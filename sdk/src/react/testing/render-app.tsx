import type { fieldService } from '@backhaul/shared/field-service';
import { cleanup, render, type RenderResult } from '@testing-library/react';
import { Component, type ReactElement, type ReactNode, StrictMode } from 'react';
import { afterEach } from 'vitest';
import type { BackhaulDatabase } from '../../database-types.ts';
import { BackhaulProvider, type BackhaulProviderProps } from '../backhaul-provider.tsx';

export type FieldService = typeof fieldService;

// The library does this by itself only where a runner's functions are global.
afterEach(cleanup);

type Given = Partial<Pick<BackhaulProviderProps<FieldService>, 'messages' | 'domain'>>;

/** In strict mode, inside a provider with an open database. */
export function inProvider(db: BackhaulDatabase<FieldService>, children: ReactNode, given: Given = {}): ReactElement {
  return (
    <StrictMode>
      <BackhaulProvider database={db} {...given}>
        {children}
      </BackhaulProvider>
    </StrictMode>
  );
}

export function renderWith(db: BackhaulDatabase<FieldService>, children: ReactNode, given: Given = {}): RenderResult {
  return render(inProvider(db, children, given));
}

/** Shows what a component inside of it threw. */
export class ErrorMessage extends Component<{ readonly children: ReactNode }, { readonly message: string | null }> {
  override readonly state = { message: null };

  static getDerivedStateFromError(error: Error) {
    return { message: error.message };
  }

  override render(): ReactNode {
    return this.state.message ?? this.props.children;
  }
}
