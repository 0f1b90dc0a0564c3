// npm `akismet-api` (used by Coral): verifies at the bare host, then `KEY.<host>`.
const { key, blog, port, client, ok } = require('./here.cjs')
const { AkismetClient } = client('akismet-api')

const winnow = new AkismetClient({ key, blog, host: `localhost:${port}`, protocol: 'http' })
const stranger = new AkismetClient({ key: '0'.repeat(12), blog, host: `localhost:${port}`, protocol: 'http' })
const spam = { ip: '203.0.113.7', useragent: 'Mozilla/5.0', name: 'viagra-test-123', content: 'Pills!' }
const ham = { ip: '203.0.113.7', useragent: 'Mozilla/5.0', name: 'Ada', content: 'By hand.' }

async function main() {
  ok('valid key', await winnow.verifyKey())
  ok('wrong key', !(await stranger.verifyKey()))
  ok('spam', await winnow.checkSpam(spam))
  ok('ham', !(await winnow.checkSpam(ham)))
  ok('submit-ham', (await winnow.submitHam(spam)).text.startsWith('Thanks'))
  ok('submit-spam', (await winnow.submitSpam(ham)).text.startsWith('Thanks'))
  ok('check with a wrong key', await stranger.checkSpam(ham).then(() => false, () => true))
  ok('honeypot', (await winnow.checkSpam({ ...ham, isTest: true, honeypot: 'x' })) !== undefined)
}
main().catch(error => { console.error(error); process.exit(1) })
