# Completes mm in bash (3.2 or newer). To have it in every new shell:
#     echo 'source <(mm completion bash)' >> ~/.bashrc
_mm() {
  local cur=${COMP_WORDS[COMP_CWORD]} offer
  COMPREPLY=()
  while IFS= read -r offer; do
    case $offer in
      :files) _mm_files -f ;;
      :folders) _mm_files -d ;;
      :recipes) if [[ -n $cur ]]; then _mm_files -f -X '!*.yaml'; _mm_files -f -X '!*.yml'; _mm_files -d; fi ;;
      "$cur"*) COMPREPLY+=("${offer%%$'\t'*}") ;;
    esac
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

# Names of files (-f) or folders (-d), also with blanks in them.
_mm_files() {
  local IFS=$'\n'
  COMPREPLY+=($(compgen "$@" -- "$cur"))
  compopt -o filenames 2>/dev/null
}

complete -F _mm mm
