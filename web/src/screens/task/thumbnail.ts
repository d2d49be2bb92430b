import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { FileRead } from '@/api/types'
import { download } from '@/api/uploads'

/** The small picture of a file: fetched with the token, so that no address of it leaks. */
export function useThumbnail(file: FileRead): string | null {
  const { data: blob } = useQuery({
    queryKey: ['thumbnail', file.id],
    queryFn: async () =>
      (await download(`/api/v1/files/${file.id}/thumbnail`, file.filename)).content,
    enabled: file.thumbnail,
    staleTime: Number.POSITIVE_INFINITY,
    // A picture cannot be kept with the rest of what was seen.
    gcTime: 60_000,
  })
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    if (!(blob instanceof Blob)) return
    const made = URL.createObjectURL(blob)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return address
}
