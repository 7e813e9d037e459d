package desk

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente"
	"entente/internal/message"
)

// Bounds of a form beside its size, which the route gives.
const (
	MaxFields  = 2000
	formMemory = 4 << 20 // of an upload; the rest waits on the disk
)

// Form is what somebody sent, read field by field; what is wrong is noted beside
// the field and shown there.
type Form struct {
	Values url.Values
	Faults map[string]string // in words, by field; "" is the form as a whole
	t      *message.Catalogue
	r      *http.Request
}

// NewForm is an empty form, to be filled in: start gives what stands in it, as
// pairs of name and value.
func (c *Call) NewForm(start ...string) *Form {
	f := &Form{Values: url.Values{}, Faults: map[string]string{}, t: c.T, r: c.R}
	for i := 0; i+1 < len(start); i += 2 {
		f.Values.Set(start[i], start[i+1])
	}
	return f
}

// Form reads what was sent. What stands in the address does not count. Errors:
// Invalid when it is no form, or larger than the route takes.
func (c *Call) Form() (*Form, error) {
	kind, _, err := mime.ParseMediaType(c.R.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		err = c.R.ParseForm()
	case err == nil && kind == "multipart/form-data":
		err = c.R.ParseMultipartForm(formMemory)
	default:
		return nil, Bad("form", "the form could not be read", "send it again from the page")
	}
	if too, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, too
	}
	if err != nil {
		return nil, Bad("form", "the form could not be read", "send it again from the page") // the cause could show what was typed
	}
	f := c.NewForm()
	f.Values = c.R.PostForm
	n := 0
	for _, v := range f.Values {
		n += len(v)
	}
	if n > MaxFields {
		return nil, Bad("form", fmt.Sprintf("the form has more than %d fields", MaxFields), "send less at once")
	}
	return f, nil
}

// OK tells whether nothing was found wrong yet.
func (f *Form) OK() bool { return len(f.Faults) == 0 }

// Fault notes what is wrong with a field: the text of the key "form.fault.KEY".
func (f *Form) Fault(field, key string, args ...any) {
	f.say(field, f.t.T("form.fault."+key, args...))
}

// say keeps the first fault of a field.
func (f *Form) say(field, words string) {
	if f.Faults[field] == "" {
		f.Faults[field] = words
	}
}

// Refuse notes an error that says what is wrong with what was typed, beside the
// field that it names if the form has it among fields, else above the form. It
// returns errors of other kinds, which no typing mends.
func (f *Form) Refuse(err error, fields ...string) error {
	e, ok := errors.AsType[*entente.Error](err)
	if !ok || e.Kind != entente.Invalid && e.Kind != entente.Conflict && e.Kind != entente.Denied && e.Kind != entente.NotFound {
		return err
	}
	words := sentence(e.Msg)
	if e.Hint != "" {
		words += " " + sentence(e.Hint)
	}
	place := ""
	if slices.Contains(fields, e.Place) {
		place = e.Place
	}
	f.say(place, words)
	return nil
}

// sentence makes a sentence of a message.
func sentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	s = string(unicode.ToUpper(r)) + s[size:]
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, ")") {
		return s
	}
	return s + "."
}

// Text reads one line, trimmed; most bounds its bytes.
func (f *Form) Text(name string, most int) string {
	s := strings.TrimSpace(f.Values.Get(name))
	if !clean(s) {
		f.Fault(name, "control")
		return ""
	}
	return f.bounded(name, s, most)
}

// Needed is Text that must not be empty.
func (f *Form) Needed(name string, most int) string {
	s := f.Text(name, most)
	if s == "" {
		f.Fault(name, "needed")
	}
	return s
}

// Long reads several lines; line ends become LF.
func (f *Form) Long(name string, most int) string {
	s := strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(f.Values.Get(name)))
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }) {
		f.Fault(name, "control")
		return ""
	}
	return f.bounded(name, s, most)
}

// Secret reads a password as it was typed. It is never shown again.
func (f *Form) Secret(name string) string { return f.Values.Get(name) }

func (f *Form) bounded(name, s string, most int) string {
	if len(s) > most {
		f.Fault(name, "long", "most", most)
		return ""
	}
	return s
}

// Checked tells whether a box was ticked.
func (f *Form) Checked(name string) bool { return f.Values.Get(name) != "" }

// Number reads a whole number; the field must be there.
func (f *Form) Number(name string, least, most int) int {
	n, err := strconv.Atoi(strings.TrimSpace(f.Values.Get(name)))
	if err != nil || n < least || n > most {
		f.Fault(name, "number", "least", least, "most", most)
		return least
	}
	return n
}

// Day reads a day as the browser's date field sends it; the zero time when it is
// empty.
func (f *Form) Day(name string) time.Time {
	s := strings.TrimSpace(f.Values.Get(name))
	if s == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		f.Fault(name, "day")
	}
	return d
}

// Date reads a partial date, such as 2021-02; the zero Date when it is empty.
func (f *Form) Date(name string) entente.Date {
	s := strings.TrimSpace(f.Values.Get(name))
	if s == "" {
		return entente.Date{}
	}
	d, err := entente.ParseDate(s)
	if err != nil {
		f.Fault(name, "date")
	}
	return d
}

// Choice reads a word of a closed list; "" when nothing was chosen.
func Choice[S ~string](f *Form, name string, list []S) S {
	v := S(strings.TrimSpace(f.Values.Get(name)))
	if v != "" && !slices.Contains(list, v) {
		f.Fault(name, "choice")
		return ""
	}
	return v
}

// Choices reads several words of a closed list, without repeats.
func Choices[S ~string](f *Form, name string, list []S) []S {
	var out []S
	for _, s := range f.Values[name] {
		switch v := S(strings.TrimSpace(s)); {
		case v == "":
		case !slices.Contains(list, v):
			f.Fault(name, "choice")
		case !slices.Contains(out, v):
			out = append(out, v)
		}
	}
	return out
}

// File reads an uploaded file whole, with the name that the sender gave it,
// without folders; ok is false when none was sent. The size of the whole form is
// bounded by the route.
func (f *Form) File(name string) (data []byte, file string, ok bool, err error) {
	if f.r.MultipartForm == nil || len(f.r.MultipartForm.File[name]) == 0 {
		return nil, "", false, nil
	}
	h := f.r.MultipartForm.File[name][0]
	if h.Filename == "" && h.Size == 0 {
		return nil, "", false, nil
	}
	src, err := h.Open()
	if err != nil {
		return nil, "", false, err
	}
	defer func() { _ = src.Close() }()
	if data, err = io.ReadAll(src); err != nil {
		return nil, "", false, err
	}
	file = h.Filename
	if i := strings.LastIndexAny(file, `/\`); i >= 0 {
		file = file[i+1:]
	}
	if !clean(file) || len(file) > 255 {
		f.Fault(name, "file")
	}
	return data, file, true, nil
}

func clean(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}
