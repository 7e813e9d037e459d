package auth_test

import (
	"net/url"
	"strings"
	"testing"

	"entente/internal/auth"
)

var nexts = map[string]string{
	"/compare?a=est&b=jpn":     "/compare?a=est&b=jpn",
	"/":                        "/",
	"/source/õ":                "/source/%C3%B5",
	"/a//b":                    "/a//b",
	"/search?q=https://x.test": "/search?q=https://x.test",
	"/p#fragment":              "/p",
	"":                         "/",
	"compare":                  "/",
	"//evil.test":              "/",
	"///evil.test":             "/",
	"/\\evil.test":             "/",
	"/%5cevil.test":            "/",
	"/x?q=\\":                  "/",
	"\\/evil.test":             "/",
	"/\t/evil.test":            "/",
	"/\n/evil.test":            "/",
	" //evil.test":             "/",
	"https://evil.test/":       "/",
	"https:evil.test":          "/",
	"javascript:alert(1)":      "/",
	"/%2fevil.test":            "/",
	"/signin?next=/x":          "/",
	"/signin/oidc/callback":    "/",
	"/signout":                 "/",
	"/signinger":               "/signinger",
	"/%":                       "/",
	"/a\x00":                   "/",
}

func TestSafeNext(t *testing.T) {
	for in, want := range nexts {
		if got := auth.SafeNext(in); got != want {
			t.Errorf("%q leads to %q, want %q", in, got, want)
		}
	}
	if got := auth.SafeNext("/" + strings.Repeat("a", 3000)); got != "/" {
		t.Error("a very long address was taken")
	}
}

// FuzzSafeNext: whatever comes in, a browser that resolves the result stays on
// the host, and a second pass changes nothing.
func FuzzSafeNext(f *testing.F) {
	for in := range nexts {
		f.Add(in)
	}
	base, err := url.Parse("https://entente.example/signin")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := auth.SafeNext(in)
		u, err := base.Parse(got)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme {
			t.Errorf("%q leads to %q", in, got)
		}
		if strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\t\r\n ") {
			t.Errorf("%q leads to %q", in, got)
		}
		if again := auth.SafeNext(got); again != got {
			t.Errorf("%q leads to %q and then to %q", in, got, again)
		}
	})
}
