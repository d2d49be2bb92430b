/** 40 min, 5 h, 3 days: one unit, for figures. */
export function secondsWords(seconds: number | null): string {
  if (seconds === null) return 'none yet'
  const hours = seconds / 3600
  if (hours < 1) return `${Math.round(seconds / 60)} min`
  if (hours < 48) return `${Math.round(hours)} h`
  return `${Math.round(hours / 24)} days`
}

export const percentWords = (share: number | null) =>
  share === null ? 'none yet' : `${Math.round(share * 100)} %`
