package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/exchange/threats"
	"entente/internal/store"
)

func newImportThreatsCommand(app *App, g *global) *cobra.Command {
	var name, source, licence, level, drop string
	cmd := &cobra.Command{
		Use:   "threats FILE",
		Short: "read a collection of threat reports: a STIX bundle such as ATT&CK, or a MISP galaxy",
		Long: `Threats keeps a collection of threat reports in a workbench (--db): a bundle of
STIX 2.1 in the shape of MITRE ATT&CK or any other, or a cluster file of a MISP
galaxy that lists attackers. The file is kept as it came. A newer file of the same
name takes the place of the older one, which stays in the history.

What an object's own marks of TLP say counts; what carries none is handled as
--level says. Pages that anybody may read show what is CLEAR.

entente threats ACTOR and the page of an actor show what the collections report.`,
		Example: "  entente import threats enterprise-attack.json --name \"MITRE ATT&CK\" --source https://attack.mitre.org/ --licence \"ATT&CK terms of use\" --db work.entente\n" +
			"  entente import threats threat-actor.json --name \"MISP galaxy: threat actors\" --source https://github.com/MISP/misp-galaxy --licence CC0-1.0 --db work.entente",
		Args: needs(0, 1, "one file"),
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "what the collection is called, beside each claim")
	f.StringVar(&source, "source", "", "the `address` that it comes from")
	f.StringVar(&licence, "licence", "", "under which terms it is published")
	f.StringVar(&level, "level", "clear", "the `level` of TLP of what carries no mark: clear, green, amber, amber+strict")
	f.StringVar(&drop, "drop", "", "take the collection of this `name` out of what is shown, instead of reading a file")
	complete(cmd, "level", []string{"clear", "green", "amber", "amber+strict"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if drop != "" {
			if len(args) > 0 {
				return invalid("--drop", "--drop takes a name and no file", "give one of them")
			}
			return g.dropThreats(app, drop)
		}
		if len(args) == 0 {
			return invalid("", "it is not said which file", "give one file, or --drop NAME")
		}
		own, err := levelFlag("--level", level)
		if err != nil {
			return err
		}
		return g.importThreats(app, args[0], threats.Import{Name: name, URL: source, Licence: licence, Level: own})
	}
	return cmd
}

func (g *global) importThreats(app *App, path string, im threats.Import) error {
	data, err := readThreats(path)
	if err != nil {
		return err
	}
	db, err := g.openStore(store.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // every write is acknowledged already
	im, written, err := threats.Add(g.ctx, db, store.Reason{Who: g.who(), Why: "import threats: " + clean(im.Name), Via: "cli"}, im, data)
	if err != nil {
		return threatsPlace(err, path, im.Name)
	}
	form := map[threats.Format]string{threats.STIX: "a STIX bundle", threats.Galaxy: "a MISP galaxy"}[im.Format]
	line := fmt.Sprintf("%s: %s, %s, %s", clean(im.Name), form, count(im.Objects, "object", "objects"), count(im.Attackers, "attacker", "attackers"))
	if im.Refused > 0 {
		line += fmt.Sprintf(", %d refused", im.Refused)
	}
	if !written {
		line += "; it was there already"
	}
	_, err = fmt.Fprintln(app.Stdout, line)
	return closedPipe(err)
}

func (g *global) dropThreats(app *App, name string) error {
	db, err := g.openStore(store.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // every write is acknowledged already
	if err := threats.Drop(g.ctx, db, store.Reason{Who: g.who(), Why: "drop threats: " + clean(name), Via: "cli"}, name); err != nil {
		return err
	}
	_, err = fmt.Fprintf(app.Stdout, "%s: no longer shown; its history stays\n", clean(name))
	return closedPipe(err)
}

// threatsPlace names the flag where the package names what is missing, and the
// file where it names the collection that was read.
func threatsPlace(err error, path, name string) error {
	e, ok := ownError(err)
	if !ok {
		return err
	}
	moved := *e
	switch e.Place {
	case "name", "source", "licence":
		moved.Place = "--" + e.Place
	case name:
		moved.Place = path
	}
	return &moved
}

// readThreats reads a file of bounded size.
func readThreats(path string) ([]byte, error) {
	fail := func(kind entente.Kind, msg, hint string, err error) error {
		return &entente.Error{Kind: kind, Op: "import threats", Place: path, Msg: msg, Hint: hint, Err: err}
	}
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail(entente.NotFound, "there is no such file", "check the path", nil)
	case err != nil:
		return nil, fail(entente.Unavailable, "the file cannot be opened", "", err)
	}
	defer func() { _ = f.Close() }() // only read
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, fail(entente.Invalid, "this is a folder", "name a file", nil)
	}
	data, err := io.ReadAll(io.LimitReader(f, threats.MaxFile+1))
	if err != nil {
		return nil, fail(entente.Unavailable, "the file cannot be read", "", err)
	}
	return data, nil
}
