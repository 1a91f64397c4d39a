class MultiModel < Formula
  desc "Run one task with several AI coding CLIs and combine the best parts"
  homepage "https://www.npmjs.com/package/multi-model"
  url "https://registry.npmjs.org/multi-model/-/multi-model-0.1.0.tgz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000" # written by the release workflow
  license "MIT"

  depends_on "bash"
  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink libexec.glob("bin/*")
    generate_completions_from_executable(bin/"mm", "completion", shells: [:bash, :zsh, :fish])
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/mm --version")
    ENV["HOME"] = testpath
    assert_match "Session artifacts", shell_output("#{bin}/mm demo --yes 'add a slugify function'")
  end
end
