import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import { goalsQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import { say } from '@/app/toasts'
import { Button, Select, TextField } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'

export function GoalForm({ onClose }: { onClose: () => void }) {
  const { data } = useQuery(goalsQuery)
  const [problem, setProblem] = useState('')
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const body = {
      title: text('title'),
      target_date: text('target_date') || null,
      parent_id: text('parent_id') || null,
      weight: Number(text('weight')),
    }
    try {
      await unwrap(api.POST('/api/v1/goals', { body }))
      await queryClient.invalidateQueries({ queryKey: ['goals'] })
      say({ text: `New goal: ${body.title}` })
      onClose()
    } catch (error) {
      setProblem(sentence(error))
    }
  }
  const parents = data?.items.filter((goal) => goal.status === 'open') ?? []
  return (
    <Dialog label="New goal" onClose={onClose} className="max-w-[420px]">
      <form onSubmit={make} className="flex flex-col gap-4 p-6">
        <h2 className="text-lg font-semibold">New goal</h2>
        <TextField label="What is reached" name="title" required autoFocus />
        <TextField label="By" name="target_date" type="date" />
        <Select
          label="Counts"
          name="weight"
          defaultValue="1"
          options={[
            { value: '0.5', label: 'Half as much as others' },
            { value: '1', label: 'As much as others' },
            { value: '1.5', label: 'One and a half times' },
            { value: '2', label: 'Twice' },
          ]}
        />
        {parents.length > 0 && (
          <Select
            label="Part of"
            name="parent_id"
            options={[
              { value: '', label: 'Nothing larger' },
              ...parents.map((goal) => ({ value: goal.id, label: goal.title })),
            ]}
          />
        )}
        {problem && (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            Set the goal
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
