/** The one place where the server's HTML is shown: it comes sanitised from there. */
export function Markdown({ html }: { html: string }) {
  return (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by the server, and only here
    <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />
  )
}
