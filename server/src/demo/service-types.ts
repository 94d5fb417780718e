import type { DemoContext, DemoServiceType } from './demo-records.ts';

/** `[name, description, base price, pricing, minutes]`; no job takes longer than a slot of the working day. */
const TYPES = [
  ['Standard cleaning', 'Kitchen, bathrooms, floors and dusting; supplies included', 120, 'perTask', 120],
  ['Deep cleaning', 'Standard cleaning plus inside of oven, fridge and cabinets', 210, 'perTask', 135],
  ['Move-out cleaning', 'Empty home, walls and closets included, photos for the landlord', 260, 'perTask', 135],
  ['Window cleaning', 'Inside and outside, frames and screens, up to the third floor', 95, 'perTask', 90],
  ['Office cleaning', 'Desks, kitchenette, restrooms and trash; after hours on request', 48, 'perHour', 75],
  ['Laundry and ironing', 'Wash, dry, iron and fold, with the linen of the house', 38, 'perHour', 105],
] as const;

export function demoServiceTypes({ id }: DemoContext): DemoServiceType[] {
  return TYPES.map(([name, description, basePrice, pricingModel, defaultDurationMinutes], n) => ({
    id: id('service_type', n),
    name,
    description,
    basePrice,
    currency: 'usd',
    pricingModel,
    defaultDurationMinutes,
  }));
}

const FOR_WORKPLACES: ReadonlySet<string> = new Set(['Office cleaning', 'Window cleaning', 'Deep cleaning']);

/** What is sold to a workplace, or to a household. */
export function servicesFor(types: readonly DemoServiceType[], workplace: boolean): DemoServiceType[] {
  return types.filter(({ name }) => (workplace ? FOR_WORKPLACES.has(name) : name !== 'Office cleaning'));
}
