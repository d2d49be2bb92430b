export const PASSWORD: string
export const CHROMIUM: string
export interface Server {
  url: string
  register(email: string): Promise<void>
  demo(email: string): void
  stop(): void
}
export function startServer(): Promise<Server>
