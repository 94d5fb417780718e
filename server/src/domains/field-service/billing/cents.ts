/** Amounts as whole cents: a sum of floating point numbers would be off by one sooner or later. */
export type Cents = bigint;

/** Of an amount with at most two decimals below 10^12, which a number holds exactly enough. */
export function toCents(amount: number): Cents {
  return BigInt(Math.round(amount * 100));
}

export function fromCents(cents: Cents): number {
  return Number(cents) / 100;
}

const QUANTITY_SCALE = 10_000n;

/** What a line comes to: half a cent is rounded away from zero. Quantities count to four decimals. */
export function lineCents({ quantity, unitPrice }: { readonly quantity: number; readonly unitPrice: number }): Cents {
  const product = BigInt(Math.round(quantity * Number(QUANTITY_SCALE))) * toCents(unitPrice);
  const half = product < 0n ? -QUANTITY_SCALE / 2n : QUANTITY_SCALE / 2n;
  return (product + half) / QUANTITY_SCALE;
}

export function sumCents(lines: readonly { readonly quantity: number; readonly unitPrice: number }[]): Cents {
  return lines.reduce((sum, line) => sum + lineCents(line), 0n);
}
