/** Makes something when it is first needed: a formatter of `Intl` takes as long as a page takes to draw. */
export function once<Thing>(make: () => Thing): () => Thing {
  let made: { readonly thing: Thing } | null = null;
  return () => {
    made ??= { thing: make() };
    return made.thing;
  };
}
