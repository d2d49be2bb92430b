import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Square } from 'lucide-react'
import { useEffect, useState } from 'react'
import { timerQuery } from '@/api/queries'
import { stopTimer } from '@/api/timing'
import { IconButton } from '@/ui/controls'

/** What is being worked on, on every screen, for as long as the timer runs. */
export function RunningTimer() {
  const { data } = useQuery(timerQuery)
  const timer = data?.timer
  if (!timer?.task) return null
  return (
    <section
      aria-label="Timer"
      className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-accent-soft ps-5 pe-2 md:h-10 md:ps-8"
    >
      <span aria-hidden className="size-2 shrink-0 rounded-full bg-accent" />
      <Link to="." search={{ task: timer.task_id }} className="min-w-0 truncate font-medium">
        {timer.task.title}
      </Link>
      <Elapsed since={timer.started_at} />
      <IconButton label="Stop the timer" className="ms-auto" onClick={() => void stopTimer()}>
        <Square size={14} aria-hidden />
      </IconButton>
    </section>
  )
}

const SECOND = 1_000

function Elapsed({ since }: { since: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND)
    return () => clearInterval(timer)
  }, [])
  return <span className="shrink-0 text-ink-2 tabular-nums">{elapsedWords(since, now)}</span>
}

/** "4:05", "1:02:09". */
export function elapsedWords(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / SECOND))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, rest] = [Math.floor(seconds / 3600), seconds % 3600]
  const tail = `${Math.floor(rest / 60)}:${two(rest % 60)}`
  return hours ? `${hours}:${tail.padStart(5, '0')}` : tail
}
