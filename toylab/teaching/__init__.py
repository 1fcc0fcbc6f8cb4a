"""Teaching material: contents, course, quiz, mistakes, exercises, glossary, papers, report."""
