// Debian's golang-github-adtac-go-akismet: `https://KEY.rest.akismet.com` only, led here.
package main

import (
	"fmt"
	"net/http"
	"os"

	"github.com/adtac/go-akismet/akismet"
)

type here struct{}

func (here) RoundTrip(request *http.Request) (*http.Response, error) {
	request.Host = request.URL.Host
	request.URL.Scheme, request.URL.Host = "http", "127.0.0.1:"+os.Getenv("WINNOW_PORT")
	return (&http.Transport{}).RoundTrip(request)
}

func ok(what string, is bool) {
	if !is {
		panic("not ok: " + what)
	}
	fmt.Println("ok " + what)
}

func main() {
	http.DefaultTransport = here{}
	key := os.Getenv("WINNOW_KEY")
	comment := func(author, text string) *akismet.Comment {
		return &akismet.Comment{
			Blog: os.Getenv("WINNOW_BLOG"), UserIP: "203.0.113.7", UserAgent: "Mozilla/5.0",
			CommentType: "comment", CommentAuthor: author, CommentContent: text,
		}
	}
	spam, ham := comment("viagra-test-123", "Pills!"), comment("Ada", "By hand.")
	isSpam, err := akismet.Check(spam, key)
	ok("spam", isSpam && err == nil)
	isSpam, err = akismet.Check(ham, key)
	ok("ham", !isSpam && err == nil)
	ok("submit-ham", akismet.SubmitHam(spam, key) == nil)
	ok("submit-spam", akismet.SubmitSpam(ham, key) == nil)
	_, err = akismet.Check(ham, "000000000000")
	ok("check with a wrong key", err != nil)
}
