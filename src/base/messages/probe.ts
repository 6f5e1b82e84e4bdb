export const errors = {} as const;
export const words = {} as const;
