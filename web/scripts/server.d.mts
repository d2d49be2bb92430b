export const PASSWORD: string
export const CHROMIUM: string
export interface Server {
  url: string
  register(email: string): Promise<void>
  demo(email: string): void
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  as(email: string): Promise<(method: string, path: string, body?: unknown) => Promise<any>>
  settled(): Promise<void>
  stop(): void
}
export function startServer(): Promise<Server>
