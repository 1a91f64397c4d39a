#compdef mm
# Completes mm in zsh. To have it in every new shell (with compinit loaded):
#     echo 'source <(mm completion zsh)' >> ~/.zshrc
_mm() {
  local offer kind=
  local -a words_offered
  for offer in "${(@f)$($words[1] __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $offer in
      :*) kind=$offer ;;
      ?*) words_offered+=("${offer/$'\t'/:}") ;;
    esac
  done
  if [[ $PREFIX == -* ]]; then _describe -o option words_offered; else _describe word words_offered; fi
  case $kind in
    :files) _files ;;
    :folders) _files -/ ;;
    # not by _files: where nothing matches, that offers all files
    :recipes) _path_files -g '*.(yaml|yml)(-.)'; _path_files -/ ;;
  esac
}
if [[ ${funcstack[1]-} == _mm ]]; then _mm "$@"; else compdef _mm mm; fi
