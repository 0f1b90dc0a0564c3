// npm `akismet` (used by Waline): `KEY.<host>`, an odd Content-Type, verifies before it checks.
const { key, blog, port, client, ok } = require('./here.cjs')
const { promisify } = require('node:util')
const { AkismetClient } = client('akismet')

const made = apiKey => new AkismetClient({ blog, apiKey, host: 'localhost', port })
const winnow = made(key)
const call = (name, ...fields) => promisify(winnow[name].bind(winnow))(...fields)
const who = { user_ip: '203.0.113.7', permalink: blog }
const spam = () => ({ ...who, comment_author: 'viagra-test-123', comment_content: 'Pills!' })
const ham = () => ({ ...who, comment_author: 'Ada', comment_content: 'By hand.' })

async function main() {
  ok('valid key', await call('verifyKey'))
  const stranger = made('0'.repeat(12))
  ok('wrong key', !(await promisify(stranger.verifyKey.bind(stranger))()))
  ok('spam', await call('checkComment', spam()))
  ok('ham', !(await call('checkComment', ham())))
  await call('submitHam', spam())
  ok('submit-ham')
  await call('submitSpam', ham())
  ok('submit-spam')
}
main().catch(error => { console.error(error); process.exit(1) })
