package desk

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"entente"
	"entente/internal/auth"
	"entente/internal/extract"
	"entente/internal/store"
	"entente/internal/workbench"
)

// opened is the document that an address names, with its text and its source.
type opened struct {
	*workbench.Document
	text   *extract.Text
	source *entente.Source
}

// open reads the document of the address.
func (c *Call) open() (*opened, error) {
	id := c.Path("id")
	doc, err := c.Desk.Bench.Document(c.Context(), id)
	if err != nil {
		return nil, err
	}
	text, err := c.Desk.Bench.Text(c.Context(), id)
	if err != nil {
		return nil, err
	}
	src, err := c.source(doc.Source)
	if err != nil {
		return nil, err
	}
	return &opened{doc, text, src}, nil
}

// ReadHref is the address of a document's reading page.
func ReadHref(id string) string { return "/desk/read/" + url.PathEscape(id) }

// at is an address of the document; paragraph 0 is none in particular.
func (o *opened) at(paragraph int, parts ...string) string {
	list := []string{ReadHref(o.ID)}
	for _, p := range parts {
		list = append(list, url.PathEscape(p))
	}
	href := strings.Join(list, "/")
	if paragraph > 0 {
		href += "#p" + strconv.Itoa(paragraph)
	}
	return href
}

// paragraph gives one by its number, nil when there is none.
func (o *opened) paragraph(n int) *extract.Paragraph {
	if n < 1 || n > len(o.text.Paragraphs) {
		return nil
	}
	return &o.text.Paragraphs[n-1]
}

// paragraphs are the numbers of those in which codings have a passage.
func (o *opened) paragraphs(list []workbench.Placed) []int {
	var out []int
	for i := range list {
		if p := &list[i]; p.Paragraph > 0 {
			for k := o.text.At(p.Start); k <= o.text.At(max(p.Start, p.End-1)); k++ {
				out = append(out, k+1)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// codings lists what the reader may see of what was coded in a document, and
// keeps the list until the store moves on.
func (c *Call) codings(doc string) ([]workbench.Placed, error) {
	mark, err := c.Desk.Store.Mark(c.Context())
	if err != nil {
		return nil, err
	}
	key := readKey{doc, c.User}
	if list, ok := c.Desk.read.get(key, mark.Seq); ok {
		return list, nil
	}
	list, err := c.Desk.Bench.Codings(c.Context(), c.User, doc)
	if err != nil {
		return nil, err
	}
	c.Desk.read.put(key, mark.Seq, list)
	return list, nil
}

// coded puts a new coding into the kept list, when nothing else was written since
// the list was read; then the next answer need not read them all again.
func (c *Call) coded(doc string, x *workbench.Coding) {
	mark, err := c.Desk.Store.Mark(c.Context())
	if err != nil {
		return // the list is read anew then
	}
	key := readKey{doc, c.User}
	list, ok := c.Desk.read.get(key, mark.Seq-1)
	if !ok || slices.ContainsFunc(list, func(p workbench.Placed) bool { return p.Statement.ID == x.Statement.ID }) {
		return
	}
	p := workbench.Placed{Coding: *x, Start: x.Quotation.Start, End: x.Quotation.End, Paragraph: x.Quotation.Paragraph, Found: workbench.InPlace, Own: true}
	i := slices.IndexFunc(list, func(o workbench.Placed) bool {
		return !o.Own || o.Paragraph == 0 || o.Start > p.Start || o.Start == p.Start && o.End > p.End
	})
	if i < 0 {
		i = len(list)
	}
	c.Desk.read.put(key, mark.Seq, slices.Insert(slices.Clone(list), i, p))
}

// readKey is whose list of which document.
type readKey struct {
	doc  string
	user workbench.User
}

// readCache keeps the codings of the documents that are read now.
type readCache struct {
	mu   sync.Mutex
	list []keptCodings // the one used last at the end
}

type keptCodings struct {
	key  readKey
	seq  int64 // of the store when the list was read
	list []workbench.Placed
}

// keptLists bounds the cache.
const keptLists = 24

func (x *readCache) get(key readKey, seq int64) ([]workbench.Placed, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range x.list {
		if x.list[i].key == key && x.list[i].seq == seq {
			return x.list[i].list, true
		}
	}
	return nil, false
}

func (x *readCache) put(key readKey, seq int64, list []workbench.Placed) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.list = slices.DeleteFunc(x.list, func(k keptCodings) bool { return k.key == key })
	if len(x.list) >= keptLists {
		x.list = slices.Delete(x.list, 0, 1)
	}
	x.list = append(x.list, keptCodings{key, seq, list})
}

// closed tells whether the reader has finished a blind task on the document that
// others have not, so that nothing can be coded in it; it gives the task.
func (c *Call) closed(tasks []workbench.Task) *workbench.Task {
	for i := range tasks {
		if t := &tasks[i]; t.Hides() && t.IsDone(c.User.Name) {
			return t
		}
	}
	return nil
}

// mayChange tells whether the reader may change a coding; the bench decides.
func (c *Call) mayChange(p *workbench.Placed) bool {
	return c.May(auth.Code) && p.State != store.Retired && (p.Own || c.User.Role.AtLeast(auth.Reviewer))
}
