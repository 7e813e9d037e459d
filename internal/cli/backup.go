package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/store"
)

func newBackupCommand(app *App, g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "write a whole workbench into one file, history included",
		Long: `Backup writes everything that a store holds but sessions: every version, who wrote
it and why, the originals of the sources, accounts and the audit log. Others may go
on working meanwhile. The same file restores into SQLite or PostgreSQL. It holds
private notes and password hashes: keep it as safe as the store.`,
		Example: "  entente backup work-2026-11-28.backup --db work.entente\n  entente restore work-2026-11-28.backup --db postgres://entente@localhost/entente",
		Args:    needs(1, 1, "the file to make"),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := g.openStore(store.Options{})
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }() // nothing was written
			bar := newBar(app, "lines")
			var b *store.Backup
			err = newFile(args[0], func(w io.Writer) (err error) {
				b, err = s.Dump(g.ctx, w, bar.show)
				return err
			})
			bar.clear()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(app.Stdout, "%s: %d commits, %d versions, %d files; SHA-256 of the content %s\n", clean(args[0]), b.Counts["commits"], b.Counts["versions"], b.Counts["blobs"], b.SHA256)
			return closedPipe(err)
		},
	}
}

func newRestoreCommand(app *App, g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "make a workbench from a backup",
		Long: `Restore makes a new store at --db from a backup: a file that is not there yet, or
an empty PostgreSQL database. It checks everything first (the hash, the counts, the
order of the commits) and leaves nothing behind when something is wrong.`,
		Example: "  entente restore work-2026-11-28.backup --db restored.entente",
		Args:    needs(1, 1, "the backup"),
		RunE: func(_ *cobra.Command, args []string) error {
			place, err := g.store()
			if err != nil {
				return err
			}
			if place == "" {
				return invalid("--db", "it is not said where the store is to be", "for example --db restored.entente")
			}
			f, err := os.Open(args[0])
			if err != nil {
				return &entente.Error{Kind: entente.NotFound, Op: "restore", Place: args[0], Msg: "the backup cannot be opened", Hint: "check the path"}
			}
			defer func() { _ = f.Close() }() // only read
			bar := newBar(app, "lines")
			b, err := store.Load(g.ctx, place, f, store.Options{}, bar.show)
			bar.clear()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(app.Stdout, "restored %d commits, %d versions, %d files, up to %s\n", b.Counts["commits"], b.Counts["versions"], b.Counts["blobs"], b.Mark.At.Format("2006-01-02 15:04:05 UTC"))
			return closedPipe(err)
		},
	}
}

// newFile writes a new file whole or not at all, for its owner only. It never
// writes over one.
func newFile(path string, write func(io.Writer) error) error {
	fail := func(kind entente.Kind, msg, hint string, err error) error {
		return &entente.Error{Kind: kind, Op: "write", Place: path, Msg: msg, Hint: hint, Err: err}
	}
	if _, err := os.Lstat(path); err == nil {
		return fail(entente.Conflict, "there is a file of this name already", "take another name", nil)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".entente-*") // 0600
	if err != nil {
		return fail(entente.Unavailable, "the file cannot be made", "name another place", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already when all went well
	err = write(tmp)
	if err == nil {
		err = tmp.Sync()
	}
	if closing := tmp.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil { // unlike a rename it never replaces
		return fail(entente.Unavailable, "the finished file could not be put in place", "name another place", err)
	}
	return nil
}
