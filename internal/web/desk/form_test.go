package desk

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"entente"
	"entente/internal/message"
)

// testCall is a request with a form, as a page function gets it.
func testCall(t *testing.T, media, body string) *Call {
	t.Helper()
	words, err := message.Load("en")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/desk/x?name=from-the-address", strings.NewReader(body))
	r.Header.Set("Content-Type", media)
	return &Call{W: httptest.NewRecorder(), R: r, Desk: &Desk{}, T: words}
}

const urlencoded = "application/x-www-form-urlencoded"

func sentForm(t *testing.T, q url.Values) *Form {
	t.Helper()
	f, err := testCall(t, urlencoded, q.Encode()).Form()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestFormFields reads each kind of field, good and bad.
func TestFormFields(t *testing.T) {
	words := []string{"red", "blue"}
	for _, c := range []struct {
		name, value string
		read        func(f *Form) any
		want        any
		fault       string // part of what is said; "" when the value is right
	}{
		{"text", "  a line ", func(f *Form) any { return f.Text("x", 10) }, "a line", ""},
		{"text too long", strings.Repeat("a", 11), func(f *Form) any { return f.Text("x", 10) }, "", "at most 10"},
		{"text with a line end", "a\nb", func(f *Form) any { return f.Text("x", 10) }, "", "control character"},
		{"text not UTF-8", "\xff", func(f *Form) any { return f.Text("x", 10) }, "", "control character"},
		{"needed", "a", func(f *Form) any { return f.Needed("x", 10) }, "a", ""},
		{"needed and empty", "  ", func(f *Form) any { return f.Needed("x", 10) }, "", "needed"},
		{"lines", " a\r\nb\rc ", func(f *Form) any { return f.Long("x", 10) }, "a\nb\nc", ""},
		{"lines with NUL", "a\x00", func(f *Form) any { return f.Long("x", 10) }, "", "control character"},
		{"secret", "  as typed ", func(f *Form) any { return f.Secret("x") }, "  as typed ", ""},
		{"number", "7", func(f *Form) any { return f.Number("x", 1, 9) }, 7, ""},
		{"number too large", "10", func(f *Form) any { return f.Number("x", 1, 9) }, 1, "from 1 to 9"},
		{"number that is none", "x", func(f *Form) any { return f.Number("x", 1, 9) }, 1, "whole number"},
		{"day", "2026-11-25", func(f *Form) any { return f.Day("x").Format("2 Jan 2006") }, "25 Nov 2026", ""},
		{"day that is none", "2026-02-30", func(f *Form) any { return f.Day("x").IsZero() }, true, "not a day"},
		{"date", "2021-02", func(f *Form) any { return f.Date("x").String() }, "2021-02", ""},
		{"date that is none", "yesterday", func(f *Form) any { return f.Date("x") }, entente.Date{}, "not a date"},
		{"choice", "red", func(f *Form) any { return Choice(f, "x", words) }, "red", ""},
		{"no choice", "", func(f *Form) any { return Choice(f, "x", words) }, "", ""},
		{"choice that is none", "green", func(f *Form) any { return Choice(f, "x", words) }, "", "not in the list"},
		{"ticked", "on", func(f *Form) any { return f.Checked("x") }, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := sentForm(t, url.Values{"x": {c.value}})
			if got := c.read(f); got != c.want {
				t.Errorf("read %v, want %v", got, c.want)
			}
			if fault := f.Faults["x"]; (c.fault == "") != f.OK() || !strings.Contains(fault, c.fault) {
				t.Errorf("fault %q, want %q", fault, c.fault)
			}
		})
	}
	f := sentForm(t, url.Values{"x": {"blue", "red", "blue", ""}})
	if got := Choices(f, "x", words); len(got) != 2 || got[0] != "blue" || got[1] != "red" {
		t.Errorf("choices %v", got)
	}
	if f.Text("name", 100) != "" {
		t.Error("what stands in the address counts")
	}
}

// TestFormMedia takes forms and nothing else.
func TestFormMedia(t *testing.T) {
	for media, ok := range map[string]bool{urlencoded: true, urlencoded + "; charset=utf-8": true, "application/json": false, "text/plain": false, "": false, "multipart/form-data": false} {
		if _, err := testCall(t, media, "a=1").Form(); (err == nil) != ok {
			t.Errorf("%q: %v", media, err)
		}
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", `C:\papers\position.txt`)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte("the text"))
	_ = w.WriteField("title", "A position")
	_ = w.Close()
	f, err := testCall(t, w.FormDataContentType(), b.String()).Form()
	if err != nil {
		t.Fatal(err)
	}
	data, name, ok, err := f.File("file")
	if string(data) != "the text" || name != "position.txt" || !ok || err != nil || f.Text("title", 20) != "A position" {
		t.Errorf("%q %q %v %v", data, name, ok, err)
	}
	if _, _, ok, err := f.File("other"); ok || err != nil {
		t.Errorf("a file that was not sent: %v %v", ok, err)
	}
}

// TestRefuse puts an error beside its field, and gives back what no typing mends.
func TestRefuse(t *testing.T) {
	f := sentForm(t, url.Values{})
	if err := f.Refuse(&entente.Error{Kind: entente.Invalid, Place: "name", Msg: "a name has 1 to 64 characters", Hint: "for example legal-2"}, "name"); err != nil {
		t.Error(err)
	}
	if got := f.Faults["name"]; got != "A name has 1 to 64 characters. For example legal-2." {
		t.Errorf("%q", got)
	}
	if err := f.Refuse(&entente.Error{Kind: entente.Conflict, Place: "elsewhere", Msg: "it is taken"}, "name"); err != nil || f.Problem() != "It is taken." {
		t.Errorf("%v, %q", err, f.Problem())
	}
	if err := f.Refuse(&entente.Error{Kind: entente.Unavailable, Msg: "the store is gone"}); err == nil {
		t.Error("a fault of the store is shown as a mistake of the reader")
	}
}

// TestFieldsShowNoSecret: a password never comes back in a page.
func TestFieldsShowNoSecret(t *testing.T) {
	f := sentForm(t, url.Values{"p": {"hush"}, "s": {"b"}, "t": {"typed"}})
	got := f.Fields(Field{Name: "p", Kind: "password"}, Field{Name: "s", Kind: "select", Options: []Option{{Value: "a"}, {Value: "b"}}}, Field{Name: "t"})
	if got[0].Value != "" || got[1].Options[0].On || !got[1].Options[1].On || got[2].Value != "typed" {
		t.Errorf("%+v", got)
	}
}

// TestDone carries a message over a redirect, once, and nothing else.
func TestDone(t *testing.T) {
	c := testCall(t, urlencoded, "")
	if err := c.Done("/desk", "restored", "version", 3); err != nil {
		t.Fatal(err)
	}
	res := c.W.(*httptest.ResponseRecorder).Result()
	cookies := res.Cookies()
	if res.StatusCode != http.StatusSeeOther || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode {
		t.Fatalf("%d %v", res.StatusCode, cookies)
	}
	next := func(value string) string {
		c := testCall(t, urlencoded, "")
		c.R.AddCookie(&http.Cookie{Name: cookies[0].Name, Value: value})
		words := c.takeDone()
		if gone := c.W.(*httptest.ResponseRecorder).Result().Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 {
			t.Error("the message is not forgotten")
		}
		return words
	}
	if got := next(cookies[0].Value); got != "Version 3 was brought back." {
		t.Errorf("%q", got)
	}
	for _, made := range []string{"", "x", "bm8", strings.Repeat("a", 4000), "WyJ4Il0", "WzFd"} { // none is a message of the catalogue
		if got := next(made); got != "" {
			t.Errorf("%q shows %q", made, got)
		}
	}
}
