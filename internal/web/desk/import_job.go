package desk

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"entente"
	"entente/internal/ingest"
	"entente/internal/ingest/all"
	"entente/internal/store"
	"entente/internal/workbench"
)

// An import goes over several pages: file, settings, preview, report. What is
// known of it between them is a record in the private layer of who imports; the
// file and the report are kept in the store under media types of their own, the
// file for a day, so that any server on the store can go on with it.

const kindImport = "imports"

// The media types of what is kept for a while.
const (
	mediaUpload = "application/x-entente-upload"
	mediaReport = "application/x-entente-report"
)

// How long files and reports are kept, how many files one person may have
// waiting, and how large they are.
const (
	uploadKept  = 24 * time.Hour
	reportKept  = 90 * 24 * time.Hour
	maxWaiting  = 10
	maxReport   = 256 << 20 // unpacked
	maxImported = ingest.MaxBytes
)

// importJob is one import on its way.
type importJob struct {
	ID      string `json:"-"`
	Version int    `json:"-"`

	Name     string        `json:"name"` // of the file
	Bytes    int           `json:"bytes"`
	Upload   string        `json:"upload"` // hash of the kept file
	At       time.Time     `json:"at"`
	Settings *all.Settings `json:"settings"`
	Notes    []string      `json:"notes,omitempty"`   // of the guess
	Checked  bool          `json:"checked"`           // somebody has looked at the settings
	Mapping  string        `json:"mapping,omitempty"` // id of the saved settings that they come from

	Done   time.Time   `json:"done,omitzero"`
	State  store.State `json:"state,omitempty"`  // that the records got
	Report string      `json:"report,omitempty"` // hash of the kept report
}

// gone tells whether the file is kept no more.
func (j *importJob) gone(now time.Time) bool { return now.Sub(j.At) >= uploadKept }

// isDone tells whether the import was done.
func (j *importJob) isDone() bool { return !j.Done.IsZero() }

func (j *importJob) href(more string) string { return "/desk/import/" + j.ID + more }

// stash keeps bytes packed under a media type; the job's id makes them its own.
func (c *Call) stash(media, id string, data []byte) (string, error) {
	var b bytes.Buffer
	b.WriteString(id + "\n")
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(data); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return c.Desk.Store.PutBlob(c.Context(), media, b.Bytes())
}

// unstash reads what was kept; most bounds its size.
func (c *Call) unstash(media, id, hash string, most int64) ([]byte, error) {
	gone := &entente.Error{Kind: entente.NotFound, Op: "import", Msg: "the file is kept no more", Hint: "bring it in again; a file is kept for a day, a report for 90 days"}
	packed, kind, err := c.Desk.Store.Blob(c.Context(), hash)
	if entente.KindOf(err) == entente.NotFound {
		return nil, gone
	}
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(packed, []byte(id+"\n"))
	if !ok || kind != media {
		return nil, gone
	}
	z, err := gzip.NewReader(bytes.NewReader(rest))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, most+1))
	if err == nil && int64(len(data)) > most {
		err = &entente.Error{Kind: entente.Internal, Op: "import", Msg: "a kept file is larger than it can be"}
	}
	return data, err
}

// expire takes out what was kept long enough.
func (c *Call) expire() error {
	now := c.Desk.now()
	if err := c.Desk.Store.ExpireBlobs(c.Context(), mediaUpload, now.Add(-uploadKept)); err != nil {
		return err
	}
	return c.Desk.Store.ExpireBlobs(c.Context(), mediaReport, now.Add(-reportKept))
}

// newJob makes a job of a file that was just sent.
func (c *Call) newJob(name string, data []byte) (*importJob, error) {
	now := c.Desk.now().Truncate(time.Microsecond)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%x", c.User.Name, name, now.UnixMicro(), sha256.Sum256(data)))
	j := &importJob{ID: hex.EncodeToString(sum[:])[:jobDigits], Name: name, Bytes: len(data), At: now}
	var err error
	j.Upload, err = c.stash(mediaUpload, j.ID, data)
	return j, err
}

// jobDigits is the length of an import's id.
const jobDigits = 20

// saveJob writes what is known of an import.
func (c *Call) saveJob(j *importJob) error { return c.writeJob(j, store.Draft) }

func (c *Call) writeJob(j *importJob, state store.State) error {
	body, err := json.Marshal(j)
	if err != nil {
		return err
	}
	_, err = c.Desk.Store.Save(c.Context(), store.Reason{Who: c.User.Name, Why: "import of a file", Via: "web"}, store.Change{
		Key: store.Key{Kind: kindImport, ID: j.ID}, Base: j.Version, State: state, Layer: store.Private(c.User.Name), Body: body,
	})
	if err == nil {
		j.Version++
	}
	return err
}

// job reads the import of the address: only that of the reader.
func (c *Call) job() (*importJob, error) {
	none := &entente.Error{Kind: entente.NotFound, Op: "import", Msg: "you have no such import", Hint: "the list of imports shows those you have"}
	id := c.Path("id")
	if len(id) != jobDigits || !plainID(id) {
		return nil, none
	}
	v, err := c.Desk.Store.Get(c.Context(), store.Key{Kind: kindImport, ID: id})
	switch {
	case entente.KindOf(err) == entente.NotFound:
		return nil, none
	case err != nil:
		return nil, err
	case c.User.Name == "" || v.Layer != store.Private(c.User.Name) || v.State == store.Retired:
		return nil, none
	}
	return jobOf(v)
}

func jobOf(v *store.Version) (*importJob, error) {
	j := &importJob{}
	if err := json.Unmarshal(v.Body, j); err != nil {
		return nil, err
	}
	if j.Settings == nil {
		j.Settings = &all.Settings{}
	}
	j.ID, j.Version = v.ID, v.Number
	return j, nil
}

// jobs lists the imports of the reader, the latest first.
func (c *Call) jobs() ([]importJob, error) {
	list, _, err := c.Desk.Bench.List(c.Context(), c.User, store.Query{Kinds: []string{kindImport}, States: []store.State{store.Draft}})
	if err != nil {
		return nil, err
	}
	var out []importJob
	for i := range list {
		if list[i].Layer != store.Private(c.User.Name) {
			continue
		}
		j, err := jobOf(&list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, *j)
	}
	slices.SortStableFunc(out, func(a, b importJob) int { return b.At.Compare(a.At) })
	return out, nil
}

// jobFile reads the file of an import.
func (c *Call) jobFile(j *importJob) ([]byte, error) {
	return c.unstash(mediaUpload, j.ID, j.Upload, maxImported)
}

// jobReport reads what an import did.
func (c *Call) jobReport(j *importJob) (*workbench.Import, error) {
	raw, err := c.unstash(mediaReport, j.ID, j.Report, maxReport)
	if err != nil {
		return nil, err
	}
	out := &workbench.Import{}
	return out, json.Unmarshal(raw, out)
}

// uploadWait is how long reading a large file may take.
const uploadWait = 10 * time.Minute

// takesLong gives an answer that takes its time more of it.
func (c *Call) takesLong() {
	_ = http.NewResponseController(c.W).SetWriteDeadline(time.Now().Add(uploadWait)) // a recorder in a test has no deadlines
}
