// @peculiar/x509 does not load without these functions (reflect-metadata), but its classes do not need their data.
Object.assign(Reflect, { defineMetadata: () => {}, getMetadata: () => undefined, getOwnMetadata: () => undefined });

export const peculiar = await import('@peculiar/x509');
