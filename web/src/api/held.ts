import { createStore } from '@/ui/store'

/** Something is in somebody's hand: what others change is shown when it is put down. */
export const held = createStore(false)

/** Whether changes of others arrive by themselves; while they do not, screens ask now and then. */
export const live = createStore(false)
