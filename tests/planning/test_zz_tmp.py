import sys; sys.path.append('/tmp/scratch')
import perf_body
async def test_perf(database_url):
    await perf_body.run(database_url)
