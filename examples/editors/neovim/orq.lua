-- Neovim 0.11 or later: put this into `init.lua`, or as `plugin/orq.lua` into the configuration.
vim.filetype.add({ extension = { orq = "orq" } })

vim.lsp.config("orq", {
  cmd = { "orq", "lsp" },
  filetypes = { "orq" },
  root_markers = { ".git" },
})
vim.lsp.enable("orq")

vim.api.nvim_create_autocmd("FileType", {
  pattern = "orq",
  callback = function()
    vim.bo.commentstring = "# %s"
    -- Colours come from the server: there is no syntax file.
  end,
})
