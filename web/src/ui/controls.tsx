import type { ButtonHTMLAttributes, ComponentProps, InputHTMLAttributes, ReactNode } from 'react'
import { useId } from 'react'

export const cx = (...names: (string | false | null | undefined)[]) =>
  names.filter(Boolean).join(' ')

const LOOKS = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-strong disabled:opacity-50',
  plain: 'border border-line-strong bg-paper text-ink hover:bg-hover disabled:opacity-50',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink disabled:opacity-50',
  danger: 'border border-line-strong bg-paper text-danger hover:bg-danger-soft disabled:opacity-50',
} as const

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof LOOKS
  keys?: string
}

/** A verb. Its key is shown on screens that have room for it. */
export function Button({ look = 'plain', keys, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={cx(
        'inline-flex h-9 shrink-0 items-center justify-center gap-2 rounded px-3 text-base font-medium transition-colors',
        LOOKS[look],
        className,
      )}
      aria-keyshortcuts={keys}
      {...rest}
    >
      {children}
      {keys && (
        <span aria-hidden className="hidden text-xs font-normal opacity-75 md:inline">
          {keys.toUpperCase()}
        </span>
      )}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string
}

export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex size-9 shrink-0 items-center justify-center rounded text-ink-2 transition-colors hover:bg-hover hover:text-ink',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  )
}

interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string
  problem?: string
  hint?: ReactNode
}

export function TextField({ label, problem, hint, className, ...rest }: TextFieldProps) {
  const id = useId()
  const told = problem ?? hint
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className="field"
        aria-invalid={problem ? true : undefined}
        aria-describedby={told ? `${id}-told` : undefined}
        {...rest}
      />
      {told && (
        <p id={`${id}-told`} className={cx('mt-1 text-xs', problem ? 'text-danger' : 'text-ink-3')}>
          {told}
        </p>
      )}
    </div>
  )
}

interface SelectProps extends ComponentProps<'select'> {
  label: string
  hideLabel?: boolean
  options: { value: string; label: string }[]
}

export function Select({ label, hideLabel, options, className, ...rest }: SelectProps) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {label}
      </label>
      <select id={id} className="field" {...rest}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

interface ChipProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  on: boolean
}

export function Chip({ on, className, ...rest }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      className={cx(
        'h-8 shrink-0 rounded-full border px-3 text-sm transition-colors',
        on
          ? 'border-transparent bg-accent-soft font-medium text-accent'
          : 'border-line-strong text-ink-2 hover:bg-hover hover:text-ink',
        className,
      )}
      {...rest}
    />
  )
}

/** What belongs together on a page of settings or figures, under its own heading. */
export function Section(props: { title: string; told?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="mb-10">
      <h2 id={id} className="text-lg font-semibold">
        {props.title}
      </h2>
      {props.told && <p className="mt-1 max-w-[60ch] text-ink-2">{props.told}</p>}
      <div className="mt-4">{props.children}</div>
    </section>
  )
}
