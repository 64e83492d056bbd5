/** As the actions take it: one of the two. `picture` is a path on this PC. */
export interface Code {
  code: string
  picture: string | null
}

export const isPicture = (path: string): boolean => /\.(png|jpe?g)$/i.test(path)
export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path
export const isEmpty = ({ code, picture }: Code): boolean => picture === null && code.trim() === ''
export const sent = ({ code, picture }: Code): { code: string | null; picture: string | null } => (picture === null ? { code: code.trim(), picture: null } : { code: null, picture })
