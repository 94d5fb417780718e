/** Households, offices and landlords; companies have a contact of their own. */
export const CLIENT_NAMES = [
  ['Margaret Collins', null],
  ['Família Andrade', 'Helena Andrade'],
  ['David and Priya Shah', 'Priya Shah'],
  ['Harborview Dental', 'Dr. Neil Patterson'],
  ['Lucía Fernández', null],
  ['The Whitmores', 'Joan Whitmore'],
  ['Bright Steps Preschool', 'Kelly Donovan'],
  ['Rafael Monteiro', null],
  ['Susan O’Brien', null],
  ['Elm Street Law Group', 'Marcus Reed'],
  ['Isabel Cruz', null],
  ['Tom and Rachel Berger', 'Rachel Berger'],
  ['Padaria Estrela', 'Seu Antônio Vieira'],
  ['Karen Lindqvist', null],
  ['Mário Teixeira', null],
  ['Concord Yoga Loft', 'Dana Whitfield'],
  ['Guadalupe Ortega', null],
  ['Robert Kowalski', null],
  ['Renata Figueiredo', null],
  ['Lakeside Realty', 'Pamela Hughes'],
  ['William Turner', null],
  ['Familia Navarro', 'Diego Navarro'],
  ['Christine Dubois', null],
  ['Anderson and Lee Architects', 'Joon Lee'],
  ['Paulo Cardoso', null],
  ['Denise Washington', null],
  ['Ximena Torres', null],
  ['Greg Hoffman', null],
  ['Clara Bastos', null],
  ['Framingham Family Vet', 'Dr. Alice Moran'],
  ['Patricia Nolan', null],
  ['Eduardo Salazar', null],
  ['The Fitzgeralds', 'Maureen Fitzgerald'],
  ['Luana Martins', null],
  ['Brookline Barbers', 'Tony Russo'],
  ['Hannah Goldberg', null],
  ['Valentina Rojas', null],
  ['James Prescott', null],
  ['Adriana Nogueira', null],
  ['Sunrise Senior Home', 'Beth Caldwell'],
] as const;

export const STREETS = [
  'Maple Street',
  'Concord Street',
  'Union Avenue',
  'Winthrop Street',
  'Lakeview Road',
  'Elm Street',
  'Edgell Road',
  'Salem End Road',
  'Irving Street',
  'Pleasant Street',
  'Franklin Street',
  'Hollis Street',
] as const;

export const TOWNS = [
  'Framingham, MA 01702',
  'Framingham, MA 01701',
  'Natick, MA 01760',
  'Ashland, MA 01721',
  'Marlborough, MA 01752',
] as const;

export const PROPERTIES = [
  'Two-bedroom apartment on the second floor, hardwood floors',
  'Single-family house, three bathrooms, finished basement',
  'Town house on three levels, white carpet on the stairs',
  'Condo with floor-to-ceiling windows, marble kitchen counter',
  'Ranch house with a sunroom, two cats and a dog',
  'Studio above the garage, narrow spiral staircase',
  'Victorian house, original wood floors: no steam mop',
] as const;

export const WORKPLACES = [
  'Ground floor, reception, four rooms and a kitchenette',
  'One open floor with twelve desks, two restrooms',
  'Two floors with an elevator, loading door at the back',
] as const;

export const ACCESS_NOTES = [
  'Key in the lockbox left of the porch, code with the office',
  'Ring twice, the bell of the side door does not work',
  'Concierge has the key; sign the visitors’ book',
  'Alarm panel behind the coats, 30 seconds',
  'Park on the street, the driveway is shared with the neighbor',
  'Chave com a vizinha do 2B (dona Célia)',
  'El perro es tranquilo, pero cierre el portón',
  'Please take your shoes off in the hall',
  'Garage door opens from the keypad; come in through the laundry room',
] as const;

export const WORKPLACE_ACCESS = [
  'After six in the evening, alarm code with the office',
  'Reception opens at seven; ask for the cleaning cupboard key',
  'Loading door at the back, ring the bell',
  'Entrada pelos fundos, falar com o porteiro',
] as const;

export const SCHEDULES = [
  'Weekly, Monday morning',
  'Weekly, Thursday afternoon',
  'Every two weeks, Tuesday',
  'Every two weeks, Friday morning',
  'Once a month, first Saturday',
  'On demand, call a day ahead',
] as const;
