// Package desk is the pages of the workbench: HTML forms that work without
// scripts, each act a POST that leads on to a page (POST, redirect, GET).
//
// To add a page: write one file page_x.go with functions of type func(*Call)
// error, one template templates/x.html, one line for each address in routes.go
// and, if it stands in the navigation, one there. Its words are in
// internal/message/en.AREA.json.
//
// Which role may ask for an address is the Action of its line in routes.go; the
// gate of package auth stands around all of them. A page hides what its reader
// may not do (Call.May), but that is kindness, not the lock.
//
// Start with routes.go, call.go and form.go.
package desk
