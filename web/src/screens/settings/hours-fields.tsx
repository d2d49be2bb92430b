import { useId } from 'react'
import { DAYS, dayToText, type Week } from '@/words/hours'

/** A line for each weekday, named as it is. */
export function HoursFields({ week }: { week: Week }) {
  const id = useId()
  return DAYS.map((day, index) => (
    <div key={day} className="mb-2 flex items-center gap-3">
      <label htmlFor={`${id}-${day}`} className="w-28 text-sm">
        {day}
      </label>
      <input
        id={`${id}-${day}`}
        name={day}
        className="field tabular-nums"
        placeholder="Free"
        defaultValue={dayToText(week[index] ?? [])}
      />
    </div>
  ))
}

export function zoneChoices(current: string): { value: string; label: string }[] {
  const zones = Intl.supportedValuesOf('timeZone')
  const known = zones.includes(current) ? zones : [current, ...zones]
  return known.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))
}
