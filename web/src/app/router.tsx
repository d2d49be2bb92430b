import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { NowScreen } from '@/screens/now/now'
import { Failure } from '@/ui/states'
import { Root } from './root'

export interface RootSearch {
  /** The task whose panel is open, on any screen. */
  task?: string
  /** A line for quick add: from a shortcut or another app's share sheet. */
  add?: string
  'add-text'?: string
  'add-url'?: string
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const root = createRootRoute({
  component: Root,
  validateSearch: (search: Record<string, unknown>): RootSearch => ({
    task: text(search.task),
    add: typeof search.add === 'string' ? search.add : undefined,
    'add-text': text(search['add-text']),
    'add-url': text(search['add-url']),
  }),
})

const withWords = (search: Record<string, unknown>): { q?: string } => ({ q: text(search.q) })
const parent = () => root
const lists = () => import('@/screens/lists/lists')
const settings = () => import('@/screens/settings/settings')
const admin = () => import('@/screens/admin/admin')

const routes = [
  createRoute({ getParentRoute: parent, path: '/', component: NowScreen }),
  createRoute({
    getParentRoute: parent,
    path: '/plan',
    component: lazyRouteComponent(() => import('@/screens/plan/plan'), 'PlanScreen'),
    validateSearch: (search: Record<string, unknown>): { from?: string; view?: 'day' } => ({
      from: text(search.from),
      view: search.view === 'day' ? 'day' : undefined,
    }),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/automations',
    component: lazyRouteComponent(
      () => import('@/screens/automations/automations'),
      'AutomationsScreen',
    ),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/notifications',
    component: lazyRouteComponent(
      () => import('@/screens/notifications/notifications'),
      'NotificationsScreen',
    ),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/lists/inbox',
    component: lazyRouteComponent(lists, 'InboxScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/lists/all',
    component: lazyRouteComponent(lists, 'AllScreen'),
    validateSearch: withWords,
  }),
  createRoute({
    getParentRoute: parent,
    path: '/lists/project/$projectId',
    component: lazyRouteComponent(lists, 'ProjectScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/lists/filter/$filterId',
    component: lazyRouteComponent(lists, 'FilterScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/board',
    component: lazyRouteComponent(() => import('@/screens/board/board'), 'AnyBoardScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/board/$projectId',
    component: lazyRouteComponent(() => import('@/screens/board/board'), 'BoardScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/goals',
    component: lazyRouteComponent(() => import('@/screens/goals/goals'), 'GoalsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/stats',
    component: lazyRouteComponent(() => import('@/screens/stats/stats'), 'StatsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/search',
    component: lazyRouteComponent(() => import('@/screens/search/search'), 'SearchScreen'),
    validateSearch: withWords,
  }),
  createRoute({
    getParentRoute: parent,
    path: '/settings',
    component: lazyRouteComponent(settings, 'SettingsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/settings/$section',
    component: lazyRouteComponent(settings, 'SettingsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin',
    component: lazyRouteComponent(admin, 'AdminScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/$section',
    component: lazyRouteComponent(admin, 'AdminScreen'),
  }),
  // What mails and messages link to.
  createRoute({
    getParentRoute: parent,
    path: '/tasks/$taskId',
    beforeLoad: ({ params }) => {
      throw redirect({ to: '/lists/all', search: { task: params.taskId }, replace: true })
    },
  }),
  createRoute({ getParentRoute: parent, path: '/sign-in', component: NowScreen }),
  createRoute({ getParentRoute: parent, path: '/register', component: NowScreen }),
  createRoute({ getParentRoute: parent, path: '/forgot-password', component: NowScreen }),
  // What mails link to: shown before anybody is asked to sign in.
  createRoute({ getParentRoute: parent, path: '/reset-password', component: NowScreen }),
  createRoute({ getParentRoute: parent, path: '/verify-email', component: NowScreen }),
  createRoute({ getParentRoute: parent, path: '/invitation', component: NowScreen }),
] as const

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => (
    <div className="px-6">
      <Failure error={error} retry={reset} />
    </div>
  ),
  defaultNotFoundComponent: () => (
    <div className="px-6">
      <Failure error={new Error('There is no such page. Choose another one at the side.')} />
    </div>
  ),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
