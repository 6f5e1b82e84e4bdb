// @peculiar/x509 will not load unless the functions of this proposal are there; its classes need nothing of what they keep.
Object.assign(Reflect, { defineMetadata: () => {}, getMetadata: () => undefined, getOwnMetadata: () => undefined });

export const peculiar = await import('@peculiar/x509');
