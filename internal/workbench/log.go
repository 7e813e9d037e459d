package workbench

import (
	"strconv"
	"time"

	"entente"
	"entente/internal/store"
	"entente/internal/view"
)

// LogSchema names the shape of [ChangeLog].
const LogSchema = "entente.log/1"

// ChangeLog is who changed what, when and why, the latest first.
type ChangeLog struct {
	Schema  string        `json:"schema"`
	Entries []store.Entry `json:"entries"`
}

// LogPage shows commits as a view: one row per record that was written.
func LogPage(title string, entries []store.Entry) *view.Page {
	if entries == nil {
		entries = []store.Entry{}
	}
	t := view.Table{Name: "log", Header: []string{"commit", "at", "who", "via", "why", "kind", "id", "version", "state"}}
	for i := range entries {
		e := &entries[i]
		for _, x := range e.Touched {
			t.Rows = append(t.Rows, []string{
				strconv.FormatInt(e.Seq, 10), e.At.Format(time.RFC3339Nano), e.Who, e.Via, e.Why, x.Kind, x.ID, strconv.Itoa(x.Number), string(x.State),
			})
		}
	}
	return &view.Page{Title: title, Data: &ChangeLog{LogSchema, entries}, Table: t, Sources: []entente.SourceID{}}
}
