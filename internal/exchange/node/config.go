package node

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"entente"
	"entente/internal/store"
)

// The names in a node's folder.
const (
	fileConfig = "node.json"
	fileKey    = "log.key"
	dirKeys    = "keys"
	fileStore  = "node.entente"
)

// Config is what a node must know before it can open its store. Everything that
// its operators decide on stands in the store (see package partner).
type Config struct {
	V int `json:"v"`
	// Store is the place of the store: a file, from the node's folder on, or
	// postgres://…
	Store string `json:"store"`
	// Origin is the name of the node's log and key.
	Origin string `json:"origin"`
	// Listen is HOST:PORT of the exchange listener.
	Listen string `json:"listen"`
	// Names are the host names under which partners reach it.
	Names []string `json:"names"`
}

// place is where the store is, for one who stands elsewhere.
func (c *Config) place(dir string) string {
	if store.IsPostgres(c.Store) || filepath.IsAbs(c.Store) {
		return c.Store
	}
	return filepath.Join(dir, c.Store)
}

const maxConfig = 64 << 10

func readConfig(dir string) (*Config, error) {
	fail := func(kind entente.Kind, msg, hint string, err error) (*Config, error) {
		return nil, &entente.Error{Kind: kind, Op: "open node", Place: filepath.Join(dir, fileConfig), Msg: msg, Hint: hint, Err: err}
	}
	info, err := os.Stat(filepath.Join(dir, fileConfig))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(entente.NotFound, "there is no node in this folder", "entente node init makes one", nil)
	case err != nil:
		return fail(entente.Unavailable, "the node cannot be read", "", err)
	case info.Mode().Perm()&0o077 != 0:
		return fail(entente.Denied, "others may read the file, which can hold a password", "chmod 600 it", nil)
	case info.Size() > maxConfig:
		return fail(entente.Invalid, "the file is too large", "", nil)
	}
	raw, err := os.ReadFile(filepath.Join(dir, fileConfig))
	if err != nil {
		return fail(entente.Unavailable, "the node cannot be read", "", err)
	}
	var c Config
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		// The cause could repeat a password.
		return fail(entente.Invalid, "this is not the file of a node", "compare it with docs/exchange.md", nil)
	}
	if c.V != 1 {
		return fail(entente.Conflict, "the node was made by another version of the program", "use that version", nil)
	}
	if c.Store == "" || c.Origin == "" || c.Listen == "" {
		return fail(entente.Invalid, "the store, the name of the log or the address to listen at is not said", "compare it with docs/exchange.md", nil)
	}
	return &c, nil
}

// writeConfig writes the file of a new node; one that is there is a Conflict.
func writeConfig(dir string, c Config) error {
	raw, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return writeNew(filepath.Join(dir, fileConfig), append(raw, '\n'))
}

// writeNew writes a file that nobody else may read and that was not there.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &entente.Error{Kind: entente.Conflict, Op: "write", Place: path, Msg: "there is a file of this name already", Hint: "take another folder"}
	}
	if err == nil {
		_, err = f.Write(data)
		if err == nil {
			err = f.Sync()
		}
		if closing := f.Close(); err == nil {
			err = closing
		}
	}
	if err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "write", Place: path, Msg: "the file could not be written", Err: err}
	}
	return nil
}
