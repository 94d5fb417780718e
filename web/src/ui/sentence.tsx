import { Text, type TextProps } from '@mantine/core';
import { READER_LANGUAGE } from './reader-language.ts';

/** A sentence of the service, which may be in another language than the page. */
export function Sentence({ children, ...props }: TextProps & { readonly children: string }) {
  return (
    <Text size="sm" lh={1.35} lang={READER_LANGUAGE} {...props}>
      {children}
    </Text>
  );
}
